/** What a JupyterGateway wants: a ServiceAccount and its RoleBinding, a Service and a Deployment; and its function. */
package io.elasticjupyter.gateway;
