package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A notebook server. Its kernels run on a gateway, or without one in the notebook server's pod. */
@Group(JupyterResource.GROUP)
@Version(JupyterResource.VERSION)
@ShortNames("jnb")
@Categories("jupyter")
@JsonClassDescription("JupyterNotebook runs a notebook server. With a gateway, each of its kernels runs in a pod of its own, which is deleted when the kernel is idle.")
@AdditionalPrinterColumn(name = "Ready", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Gateway", type = Type.STRING, jsonPath = ".spec.gateway.name")
@AdditionalPrinterColumn(name = "URL", type = Type.STRING, jsonPath = ".status.url")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Message", type = Type.STRING, priority = 1, jsonPath = ".status.conditions[?(@.type==\"Ready\")].message")
@ValidationRule(value = ResourceNames.SERVICE_RULE, message = ResourceNames.SERVICE_MESSAGE)
public class JupyterNotebook extends JupyterResource<JupyterNotebookSpec, JupyterNotebookStatus> {}
