/** What a JupyterKernel wants: its pod, made once from its template; and its function. */
package io.elasticjupyter.kernel;
