/** HTTP/1.1 and WebSocket on plain sockets, one virtual thread for each connection. Knows nothing of Kubernetes. */
package io.embeddedkubernetes.transport;
