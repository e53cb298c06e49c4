/**
 * How idle kernels go: who is idle and when to look next (pure), the gateway's REST client, and the function that looks, deletes
 * and arms the next look.
 */
package io.elasticjupyter.cull;
