/** What a JupyterKernelSpec wants: a ConfigMap with Jupyter's kernel.json and the launcher; and its function. */
package io.elasticjupyter.kernelspec;
