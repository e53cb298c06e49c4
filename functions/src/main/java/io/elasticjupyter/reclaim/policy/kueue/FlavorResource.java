package io.elasticjupyter.reclaim.policy.kueue;

/**
 * What a quota is for.
 *
 * @param flavor the flavor
 * @param resource the resource
 */
record FlavorResource(String flavor, String resource) {}
