/** Reconciles resources whether or not they have changed, because an event about a change can be missed. */
package io.elasticjupyter.resync;
