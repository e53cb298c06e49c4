package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A Jupyter Enterprise Gateway, which runs the kernels of notebooks as pods in its own namespace. */
@Group(JupyterResource.GROUP)
@Version(JupyterResource.VERSION)
@ShortNames("jgw")
@Categories("jupyter")
@JsonClassDescription("JupyterGateway runs a Jupyter Enterprise Gateway. The gateway starts the kernels of the notebooks that reference it, each as a pod in the gateway's namespace.")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Kernels", type = Type.INTEGER, jsonPath = ".status.kernels.total")
@AdditionalPrinterColumn(name = "Busy", type = Type.INTEGER, jsonPath = ".status.kernels.busy")
@AdditionalPrinterColumn(name = "GPU", type = Type.INTEGER, jsonPath = ".status.kernels.gpus")
@AdditionalPrinterColumn(name = "Idle GPU", type = Type.INTEGER, jsonPath = ".status.kernels.idleGpus")
@AdditionalPrinterColumn(name = "Next cull", type = Type.STRING, jsonPath = ".status.culling.nextCull")
@AdditionalPrinterColumn(name = "Timeout", type = Type.INTEGER, jsonPath = ".spec.cullIdleTimeout", priority = 1)
@AdditionalPrinterColumn(name = "Specs", type = Type.STRING, jsonPath = ".spec.kernels", priority = 1)
@AdditionalPrinterColumn(name = "URL", type = Type.STRING, jsonPath = ".status.url")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Image", type = Type.STRING, priority = 1, jsonPath = ".spec.image")
@AdditionalPrinterColumn(name = "Message", type = Type.STRING, priority = 1, jsonPath = ".status.conditions[?(@.type==\"Ready\")].message")
@ValidationRule(value = ResourceNames.SERVICE_RULE, message = ResourceNames.SERVICE_MESSAGE)
public class JupyterGateway extends JupyterResource<JupyterGatewaySpec, JupyterGatewayStatus> {

    /** The port on which a gateway serves its REST API. */
    public static final int PORT = 8888;

    /** Seconds that a kernel may take to start, including pulling its image and adding a node. */
    public static final int KERNEL_LAUNCH_SECONDS = 180;

    /** Returns the URL of a gateway inside the cluster. */
    public static String url(String namespace, String name) {
        return "http://%s.%s.svc:%d".formatted(name, namespace, PORT);
    }
}
