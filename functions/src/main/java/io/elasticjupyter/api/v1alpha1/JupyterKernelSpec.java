package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A kind of kernel that a notebook's user can choose, as Jupyter's kernel.json describes it. */
@Group(JupyterResource.GROUP)
@Version(JupyterResource.VERSION)
@ShortNames("jks")
@Categories("jupyter")
@JsonClassDescription("A kind of kernel that a notebook's user can choose, as Jupyter's kernel.json describes it.")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Language", type = Type.STRING, jsonPath = ".spec.language")
@AdditionalPrinterColumn(name = "Display name", type = Type.STRING, jsonPath = ".spec.displayName")
@AdditionalPrinterColumn(name = "Template", type = Type.STRING, jsonPath = ".spec.template.name")
@AdditionalPrinterColumn(name = "Image", type = Type.STRING, jsonPath = ".spec.image")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(value = "oldSelf.hasValue() || !(self.metadata.name in " + ResourceNames.NATIVE_KERNELS
        + ")", optionalOldSelf = true, message = ResourceNames.NATIVE_KERNELS_MESSAGE)
public class JupyterKernelSpec extends JupyterResource<JupyterKernelSpecSpec, JupyterKernelSpecStatus> {

    /** The folder in which a gateway finds its kernel specs, as in Jupyter's images. */
    public static final String FOLDER = "/usr/local/share/jupyter/kernels";

    /** The ConfigMap that holds the kernel spec of that name as Jupyter reads it. */
    public static String configMap(String name) {
        return name + "-kernelspec";
    }
}
