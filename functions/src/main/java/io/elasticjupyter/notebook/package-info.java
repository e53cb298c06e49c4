/** Reconciles JupyterNotebooks: a Secret with the server's configuration, a NetworkPolicy, a Service and a Deployment. */
package io.elasticjupyter.notebook;
