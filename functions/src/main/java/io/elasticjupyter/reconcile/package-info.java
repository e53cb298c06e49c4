/**
 * The reconcile loop of all kinds. It reads a resource, applies the children that its
 * {@link io.elasticjupyter.reconcile.Reconciler} declares, and writes the status.
 */
package io.elasticjupyter.reconcile;
