/**
 * Everything again: events tell of changes only, and one may be missed. This function reconciles what is there, whether or not
 * it has changed.
 */
package io.elasticjupyter.resync;
