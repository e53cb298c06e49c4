package io.elasticjupyter.application;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.event.RecordedEvent;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** Resources in the namespace default, reconciled over HTTP. */
abstract class ReconcileTest extends FunctionsTest {

    static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    static final String NOTEBOOK_ADD = "resource/03-jupyternotebook-add.http";
    static final String GATEWAY_ADD = "resource/02-jupytergateway-add.http";

    @BeforeEach
    void emptyTheNamespace() {
        for (var type : List.of(JupyterNotebook.class, JupyterGateway.class, Deployment.class, Service.class,
                Secret.class, Role.class, RoleBinding.class, NetworkPolicy.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
    }

    void applyObjectOf(String file) {
        GenericKubernetesResource object = Serialization.unmarshal(RecordedEvent.of(file).body(),
                GenericKubernetesResource.class);
        object.getMetadata().setUid(null);
        object.getMetadata().setResourceVersion(null);
        object.getMetadata().setManagedFields(null);
        client.resource(object).create();
    }

    JupyterNotebook notebook(String name) {
        return client.resources(JupyterNotebook.class).inNamespace("default").withName(name).get();
    }

    List<Event> eventsOf(String name) {
        return client.v1().events().inNamespace("default").withField("involvedObject.name", name).list().getItems();
    }
}
