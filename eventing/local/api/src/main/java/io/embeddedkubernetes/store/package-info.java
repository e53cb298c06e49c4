/** The objects: creating, changing, deleting and watching them, and collecting those whose owners are gone. */
package io.embeddedkubernetes.store;
