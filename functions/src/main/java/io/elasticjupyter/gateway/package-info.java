/** Reconciles JupyterGateways: a ServiceAccount and its RoleBinding, a Service and a Deployment. */
package io.elasticjupyter.gateway;
