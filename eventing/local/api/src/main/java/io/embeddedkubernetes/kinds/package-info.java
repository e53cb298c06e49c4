/** The built-in kinds, one class each, and the kinds that definitions bring. */
package io.embeddedkubernetes.kinds;
