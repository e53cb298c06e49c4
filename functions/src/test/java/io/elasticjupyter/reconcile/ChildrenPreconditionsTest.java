package io.elasticjupyter.reconcile;

import static io.elasticjupyter.reconcile.Child.child;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.ChildResult.Operation;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Children that somebody else owns, or that change while a run goes on. */
class ChildrenPreconditionsTest extends ChildrenOnAnApi {

    @Test
    void nothingIsWrittenWhenANameIsTaken() {
        configMap("owner-b");

        assertThatThrownBy(() -> apply(List.of(named("a"), named("b")))).isInstanceOf(TerminalException.class)
                .hasMessageStartingWith("ConfigMap 'owner-b' exists and has no controller");
        assertThat(get("owner-a")).isNull();
    }

    @Test
    void aChildOfADeletedPredecessorCausesARetry() {
        apply(List.of(named("a")));
        owner = new ConfigMapBuilder(owner).editMetadata().withUid("another").endMetadata().build();

        assertThatThrownBy(() -> read(List.of(named("a"))).apply())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    }

    @Test
    void childrenThatAreNotReadAreCreatedWithoutReads() {
        Children<ConfigMap> children = unread(List.of(named("a"), named("b")));
        api.clearRequests();

        children.apply();

        assertThat(children.results()).extracting(ChildResult::change).containsOnly(Operation.CREATED);
        assertThat(api.requests()).extracting(Request::method).containsExactly("PATCH", "PATCH");
    }

    @Test
    void aChildThatIsNotReadAndExistsIsUpdated() {
        apply(List.of(named("a"), named("b")));
        client.resource(new ConfigMapBuilder(get("owner-a")).addToData("k", "other").build()).update();

        Children<ConfigMap> children = unread(List.of(named("a"), named("b")));
        children.apply();

        assertThat(children.results()).extracting(ChildResult::change).containsExactly(Operation.UPDATED,
                Operation.UNCHANGED);
        assertThat(get("owner-a").getData()).containsEntry("k", "v");
    }

    @Test
    void anObjectOfAnotherOwnerThatIsNotReadIsNotTakenOver() {
        ConfigMap other = configMap("owner-a");

        assertThatThrownBy(() -> unread(List.of(named("a"))).apply()).isInstanceOf(TerminalException.class)
                .hasMessageStartingWith("ConfigMap 'owner-a' exists and has no controller");
        assertThat(get("owner-a")).isEqualTo(other);
    }

    @Test
    void anObjectThatTookTheNameOfAChildSinceItWasReadIsNotTakenOver() {
        apply(List.of(named("a")));
        client.resource(new ConfigMapBuilder(get("owner-a")).addToData("k", "other").build()).update();
        Children<ConfigMap> children = read(List.of(named("a")));
        client.resource(get("owner-a")).delete();
        ConfigMap other = configMap("owner-a");

        assertThatThrownBy(children::apply)
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
        assertThat(get("owner-a")).isEqualTo(other);
    }

    @Test
    void aConflictWithoutAnObjectCausesARetry() {
        fail("owner-a", 409);

        assertThatThrownBy(() -> unread(List.of(named("a"))).apply())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    }

    /** The request of the earlier run arrives late, perhaps from another pod. */
    @Test
    void aRunThatIsOvertakenDoesNotUndoALaterOne() {
        apply(List.of(valued("1")));
        Children<ConfigMap> earlier = read(List.of(valued("2")));
        apply(List.of(valued("3")));

        assertConflict(earlier::apply);
        assertThat(get("owner-v").getData()).containsEntry("k", "3");
    }

    /** The earlier run has an older spec, and reads the children after the later run has applied them. */
    @Test
    void aRunWithAnOlderOwnerDoesNotUndoALaterOne() {
        apply(List.of(valued("1")));
        client.resource(new ConfigMapBuilder(get("owner")).addToData("spec", "changed").build()).update();
        Children<ConfigMap> earlier = read(List.of(valued("2")));
        api.clearRequests();

        assertConflict(earlier::apply);
        assertThat(get("owner-v").getData()).containsEntry("k", "1");
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aRunWhoseOwnerIsGoneDeletesAndAppliesNothing() {
        apply(List.of(valued("1"), named("a")));
        Children<ConfigMap> late = read(List.of(valued("2"), named("a").when(anybody -> false)));
        client.resource(get("owner")).withPropagationPolicy(DeletionPropagation.ORPHAN).delete();

        assertConflict(late::apply);
        assertThat(get("owner-v").getData()).containsEntry("k", "1");
        assertThat(get("owner-a")).isNotNull();
    }

    /** The Deployment controller writes the status all the time while pods start. */
    @Test
    void aChangeOfTheStatusIsNoConflict() {
        apply(List.of(deployment("RollingUpdate")));
        Children<ConfigMap> children = read(List.of(child(Deployment.class,
                (ConfigMap anybody) -> new DeploymentBuilder(
                        deployment("RollingUpdate").desired(owner, Observed.of())).editSpec().editTemplate().editSpec()
                        .editFirstContainer().withImage("other").endContainer().endSpec().endTemplate().endSpec()
                        .build())));
        client.apps().deployments().inNamespace("default").withName("owner").editStatus(d -> new DeploymentBuilder(d)
                .editMetadata().addToAnnotations("deployment.kubernetes.io/revision", "2").endMetadata()
                .editOrNewStatus().withReplicas(1).endStatus().build());

        children.apply();

        assertThat(children.results()).extracting(ChildResult::change).containsExactly(Operation.UPDATED);
        assertThat(deployment().getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
                .isEqualTo("other");
    }

    /** The owner is read again before each attempt. */
    @Test
    void aRunIsOvertakenBetweenTwoAttempts() {
        apply(List.of(deployment("RollingUpdate")));
        Children<ConfigMap> children = read(List.of(replicas(2)));
        api.failNext(request -> {
            boolean attempt = request.method().equals("PATCH") && request.path().endsWith("/deployments/owner");
            if (attempt) {
                client.resource(new ConfigMapBuilder(get("owner")).addToData("spec", "changed").build()).update();
            }
            return attempt;
        }, 409);

        assertConflict(children::apply);
        assertThat(deployment().getSpec().getReplicas()).isEqualTo(1);
    }

    /** The owner references have no generation. */
    @Test
    void aChildThatGotAnotherOwnerSinceItWasReadIsNotChanged() {
        apply(List.of(deployment("RollingUpdate")));
        Children<ConfigMap> children = read(List.of(replicas(2)));
        client.resource(new DeploymentBuilder(deployment()).editMetadata()
                .withOwnerReferences(OwnerReferences.controller(configMap("other"))).endMetadata().build()).update();

        assertConflict(children::apply);
        assertThat(deployment().getSpec().getReplicas()).isEqualTo(1);
        assertThat(deployment().getMetadata().getOwnerReferences()).extracting(OwnerReference::getName)
                .containsExactly("other");
    }

    @Test
    void aConflictThatNeverEndsIsLeftToTheSender() {
        apply(List.of(deployment("RollingUpdate")));
        for (int i = 0; i < 10; i++) {
            fail("owner", 409);
        }
        api.clearRequests();

        assertConflict(() -> apply(List.of(replicas(2))));
        assertThat(api.requests()).filteredOn(request -> request.method().equals("PATCH")).hasSize(5);
    }

    @Test
    void aChildThatChangedSinceItWasReadIsNotDeleted() {
        apply(List.of(named("b")));
        Children<ConfigMap> children = read(List.of(named("b").when(anybody -> false)));
        client.resource(new ConfigMapBuilder(get("owner-b")).addToData("k", "other").build()).update();

        assertConflict(children::apply);
        assertThat(get("owner-b")).isNotNull();
    }

    private static void assertConflict(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KubernetesClientException.class,
                e -> assertThat(e.getCode()).isEqualTo(409));
    }

    private Child<ConfigMap, Deployment> replicas(int replicas) {
        return child(Deployment.class, (ConfigMap anybody) -> new DeploymentBuilder(
                deployment("RollingUpdate").desired(owner, Observed.of())).editSpec().withReplicas(replicas).endSpec()
                .build());
    }

    private static Child<ConfigMap, ConfigMap> valued(String value) {
        return child(ConfigMap.class, (ConfigMap anybody) -> new ConfigMapBuilder().addToData("k", value).build())
                .named(anybody -> anybody.getMetadata().getName() + "-v");
    }

    private Children<ConfigMap> unread(List<Child<ConfigMap, ?>> declared) {
        Children<ConfigMap> children = new Children<>(client, owner, declared);
        children.readReferences(List.of());
        return children;
    }
}
