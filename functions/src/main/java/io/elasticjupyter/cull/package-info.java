/** Who is idle, and when to look next: decisions over values. Nothing here asks a gateway or a cluster yet. */
package io.elasticjupyter.cull;
