/**
 * The loop that all kinds share: it reads a resource afresh, applies the children that its
 * {@link io.elasticjupyter.reconcile.Reconciler} declares, and writes the status.
 */
package io.elasticjupyter.reconcile;
