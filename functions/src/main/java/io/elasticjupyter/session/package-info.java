/**
 * Stores the sessions of kernels for their gateways: what a gateway needs to connect to a running kernel again after it has restarted.
 */
package io.elasticjupyter.session;
