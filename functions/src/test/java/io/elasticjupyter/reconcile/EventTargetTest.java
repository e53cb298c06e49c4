package io.elasticjupyter.reconcile;

import static io.elasticjupyter.reconcile.Child.child;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceEvent.Change;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTargetTest {

    private static final ResourceId GATEWAY = id(JupyterGateway.class, "g");

    @Test
    void aResourceIsItsOwnTarget() {
        assertThat(target(update(GATEWAY))).isEqualTo(new EventTarget.Subject("team", "g"));
    }

    @Test
    void aWatchedChildLeadsToTheOwnerWithItsName() {
        assertThat(target(update(id(Deployment.class, "g"))))
                .isEqualTo(new EventTarget.Owner("team", "g"));
    }

    @Test
    void anObjectLeadsToAllResourcesThatReferToIt() {
        assertThat(target(update(id(JupyterKernelSpec.class, "k"))))
                .isEqualTo(new EventTarget.Referrers(new ObjectId(JupyterKernelSpec.class, "team", "k")));
    }

    @Test
    void anotherKindIsRejected() {
        assertThatThrownBy(() -> target(update(id(Service.class, "g")))).isInstanceOf(BadEventException.class)
                .hasMessage("The event is about a Service of 'v1'."
                        + " Send events about JupyterGateway or Deployment or JupyterKernelSpec.");
    }

    private static EventTarget target(ResourceEvent event) {
        return EventTarget.of(event, new Gateways());
    }

    private static ResourceEvent update(ResourceId subject) {
        return new ResourceEvent(subject, Change.UPDATE);
    }

    private static ResourceId id(Class<? extends HasMetadata> type, String name) {
        return new ResourceId(HasMetadata.getApiVersion(type), HasMetadata.getKind(type), "team", name);
    }

    private static final class Gateways implements Reconciler<JupyterGateway, JupyterGatewayStatus> {

        @Override
        public Class<JupyterGateway> type() {
            return JupyterGateway.class;
        }

        @Override
        public List<References<JupyterGateway>> references() {
            return List.of(References.watched(JupyterKernelSpec.class, gateway -> List.of()));
        }

        @Override
        public List<Child<JupyterGateway, ?>> children() {
            return List.of(child(Service.class, (JupyterGateway gateway) -> new Service()),
                    child(Deployment.class, (JupyterGateway gateway) -> new Deployment()).watched());
        }

        @Override
        public JupyterGatewayStatus status(JupyterGateway gateway, Observed observed, ConditionsBuilder conditions) {
            throw new AssertionError("no cluster is needed to map an event");
        }
    }
}
