/**
 * The one loop that all kinds share: read the resource afresh, ask its {@link io.elasticjupyter.reconcile.Reconciler} what it
 * wants, apply that, write the status. All writes to the cluster happen here.
 */
package io.elasticjupyter.reconcile;
