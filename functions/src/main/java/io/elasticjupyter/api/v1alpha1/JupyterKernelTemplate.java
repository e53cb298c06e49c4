package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The pod template from which kernels are created. A change affects new kernels only. */
@Group(JupyterResource.GROUP)
@Version(JupyterResource.VERSION)
@ShortNames("jkt")
@Categories("jupyter")
@JsonClassDescription("JupyterKernelTemplate is the pod template from which kernels are created. It is read when a kernel starts: a change affects new kernels only.")
@AdditionalPrinterColumn(name = "Image", type = Type.STRING, jsonPath = ".spec.template.spec.containers[0].image")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
public class JupyterKernelTemplate extends JupyterResource<JupyterKernelTemplateSpec, JupyterKernelTemplateStatus> {}
