/**
 * Converts CloudEvents to the resource that they are about, and the results of functions to CloudEvents. The package does not
 * depend on the kinds of resources.
 */
package io.elasticjupyter.event;
