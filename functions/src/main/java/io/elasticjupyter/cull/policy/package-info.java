/** Decides which kernels are idle and when to look again. Pure functions over values: nothing here knows a client. */
package io.elasticjupyter.cull.policy;
