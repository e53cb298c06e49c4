/**
 * The functions over HTTP against an API server: the embedded one always, and a real one where there is one. Every test body
 * is the same for all of them.
 */
package io.elasticjupyter.integration;
