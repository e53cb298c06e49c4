/** Access to the Kubernetes API that the loop, the cull, the resync and the dead-letter functions share. */
package io.elasticjupyter.kubernetes;
