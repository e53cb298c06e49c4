/** What kubectl asks for besides objects: discovery, OpenAPI, tables, scales. */
package io.embeddedkubernetes.kubectl;
