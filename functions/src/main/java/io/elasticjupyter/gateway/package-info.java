/**
 * Reconciles JupyterGateways: a ServiceAccount and its RoleBinding, a Secret with a token and the right of the cull function to read
 * it, NetworkPolicies, a Service and a Deployment.
 */
package io.elasticjupyter.gateway;
