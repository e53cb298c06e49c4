/** Reconciles JupyterKernelSpecs: a ConfigMap with Jupyter's kernel.json and the launcher. */
package io.elasticjupyter.kernelspec;
