package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;

/**
 * The pod template from which kernels are created.
 *
 * @param template the labels, annotations and spec of the pod; its first container runs the kernel
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelTemplateSpec(
        @JsonPropertyDescription("Labels, annotations and spec of the kernel's pod. Its first container runs the kernel. At least one container is required before a kernel can be created from the template.") PodTemplateSpec template) {}
