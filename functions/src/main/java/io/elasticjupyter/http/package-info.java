/**
 * HTTP around the functions: each is called by POST at its name, probes and metrics stand beside them. The JDK's own server
 * serves it, since a larger one takes longer to start than the functions take to answer.
 */
package io.elasticjupyter.http;
