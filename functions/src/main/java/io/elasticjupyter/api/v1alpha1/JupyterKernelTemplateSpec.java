package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;

/**
 * The pod that kernels are made from.
 *
 * @param template labels, annotations and spec of the pod; its first container is the kernel
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelTemplateSpec(
        @JsonPropertyDescription("Labels, annotations and spec of the kernel's pod. Its first container is the kernel.") PodTemplateSpec template) {}
