/** What every room talks about: resource types and the rules of their kinds, names, selectors, errors. */
package io.embeddedkubernetes.resource;
