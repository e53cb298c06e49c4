package io.elasticjupyter.reclaim.policy.kueue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A kind of nodes. Only the fields that are read. */
@Group(Workload.GROUP)
@Version(Workload.VERSION)
public class ResourceFlavor extends CustomResource<ResourceFlavor.Spec, Void> {

    private static final long serialVersionUID = 1L;

    /**
     * The nodes.
     *
     * @param nodeLabels the labels of the nodes, which a pod must select if it selects these labels
     * @param nodeTaints the taints of the nodes, which a pod must tolerate
     * @param tolerations what Kueue adds to the tolerations of the pods
     * @param topologyName the topology by which Kueue places the pods; null for none
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(Map<String, String> nodeLabels, List<Taint> nodeTaints, List<Toleration> tolerations,
            String topologyName) {

        public Spec {
            nodeLabels = Map.copyOf(Objects.requireNonNullElse(nodeLabels, Map.of()));
            nodeTaints = List.copyOf(Objects.requireNonNullElse(nodeTaints, List.of()));
            tolerations = List.copyOf(Objects.requireNonNullElse(tolerations, List.of()));
        }
    }
}
