/** Reconciles JupyterKernels: a pod, which is created once from its template. */
package io.elasticjupyter.kernel;
