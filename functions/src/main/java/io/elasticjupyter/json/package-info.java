/**
 * JSON of the functions' own records.
 */
package io.elasticjupyter.json;
