/** Reading, writing and walking JSON trees. */
package io.embeddedkubernetes.json;
