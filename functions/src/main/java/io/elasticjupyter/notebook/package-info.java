/** What a JupyterNotebook wants: a Secret with the server's configuration, a Service and a Deployment; and its function. */
package io.elasticjupyter.notebook;
