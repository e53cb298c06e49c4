package io.embeddedkubernetes.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.store.ObjectStore.Place;

/** Gives a pod the priority and the preemption policy of its class, as the admission plugin {@code Priority} does. */
final class PodPriority {

    private PodPriority() {}

    /** @throws StatusError 403 when there is no such class */
    static void set(ResourceType type, ObjectNode pod, ObjectStore store) {
        var spec = JsonTrees.child(pod, "spec");
        var name = JsonTrees.text(spec, "priorityClassName");
        if (name.isEmpty() || name.startsWith("system-")) {
            return;
        }
        var found = store.get(new Place("priorityclasses.scheduling.k8s.io", "", name));
        if (found == null) {
            throw StatusError.forbidden(type, JsonTrees.name(pod), "no PriorityClass with name " + name + " was found");
        }
        spec.set("priority", found.path("value"));
        JsonTrees.setDefault(spec, "preemptionPolicy", found.path("preemptionPolicy"));
    }
}
