package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A kernel that users can choose in a notebook: Jupyter's {@code kernel.json}, and the pod that the kernel runs in. */
@Group(JupyterResource.GROUP)
@Version(JupyterResource.VERSION)
@ShortNames("jks")
@Categories("jupyter")
@JsonClassDescription("JupyterKernelSpec describes a kernel that users can choose in a notebook: the contents of Jupyter's kernel.json, and the pod that the kernel runs in.")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Language", type = Type.STRING, jsonPath = ".spec.language")
@AdditionalPrinterColumn(name = "Display name", type = Type.STRING, jsonPath = ".spec.displayName")
@AdditionalPrinterColumn(name = "Template", type = Type.STRING, jsonPath = ".spec.template.name")
@AdditionalPrinterColumn(name = "Image", type = Type.STRING, jsonPath = ".spec.image")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(value = "oldSelf.hasValue() || !(self.metadata.name in " + ResourceNames.NATIVE_KERNELS
        + ")", optionalOldSelf = true, message = "metadata.name must not be " + ResourceNames.NATIVE_KERNELS_MESSAGE)
public class JupyterKernelSpec extends JupyterResource<JupyterKernelSpecSpec, JupyterKernelSpecStatus> {

    /** The directory from which Jupyter and Enterprise Gateway load kernel specs. */
    public static final String FOLDER = "/usr/local/share/jupyter/kernels";

    /** Returns the name of the ConfigMap that holds the {@code kernel.json} of the named kernel spec. */
    public static String configMap(String name) {
        return name + "-kernelspec";
    }
}
