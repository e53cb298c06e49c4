/**
 * JSON: how the cluster's objects, and the functions' own records, are written and read.
 */
package io.elasticjupyter.json;
