package io.elasticjupyter.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceAmountsTest {

    @ParameterizedTest
    @CsvSource({"nvidia.com/gpu, 2", "nvidia.com/gpu.shared, 2", "nvidia.com/mig-1g.5gb, 2", "amd.com/gpu, 2",
            "gpu.intel.com/xe, 2",
            "cpu, 0", "memory, 0", "aliyun.com/gpu-mem, 0", "example.com/dongle, 0", "hugepages-2Mi, 0"})
    void gpusAreCountedByTheNameOfTheResource(String resource, int gpus) {
        assertThat(ResourceAmounts.gpus(Map.of(resource, new Quantity("2"), "ephemeral-storage", new Quantity("1Gi"))))
                .isEqualTo(gpus);
    }
}
