package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One kernel, which runs in one pod. */
@Group(JupyterResource.GROUP)
@Version(JupyterResource.VERSION)
@ShortNames("jk")
@Categories("jupyter")
@JsonClassDescription("JupyterKernel is one kernel, which runs in one pod. A gateway creates it when a user starts a kernel. It is deleted when the kernel ends or is culled.")
@AdditionalPrinterColumn(name = "Owner", type = Type.STRING, jsonPath = ".spec.user")
@AdditionalPrinterColumn(name = "Phase", type = Type.STRING, jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Reason", type = Type.STRING, jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "State", type = Type.STRING, jsonPath = ".status.activity.executionState")
@AdditionalPrinterColumn(name = "Idle", type = Type.DATE, jsonPath = ".status.activity.idleSince")
@AdditionalPrinterColumn(name = "Due", type = Type.STRING, jsonPath = ".status.activity.dueTime")
@AdditionalPrinterColumn(name = "GPU", type = Type.INTEGER, jsonPath = ".status.gpus")
@AdditionalPrinterColumn(name = "Node", type = Type.STRING, jsonPath = ".status.nodeName")
@AdditionalPrinterColumn(name = "Template", type = Type.STRING, jsonPath = ".spec.templateRef.name", priority = 1)
@AdditionalPrinterColumn(name = "Notebook", type = Type.STRING, jsonPath = ".spec.notebook.name", priority = 1)
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Message", type = Type.STRING, priority = 1, jsonPath = ".status.conditions[?(@.type==\"Ready\")].message")
public class JupyterKernel extends JupyterResource<JupyterKernelSpecification, JupyterKernelStatus> {}
