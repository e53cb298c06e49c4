/**
 * A CloudEvent comes in over HTTP, says which resource to look at, and is answered with a CloudEvent that says what was
 * done or with a problem. Nothing here knows what a notebook or a gateway is.
 */
package io.elasticjupyter.event;
