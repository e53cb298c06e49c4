package io.elasticjupyter.reconcile;

import static io.elasticjupyter.reconcile.Child.child;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.elasticjupyter.kubernetes.EmbeddedClient;
import io.elasticjupyter.reconcile.ChildResult.Operation;
import io.embeddedkubernetes.EmbeddedApi;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The children of a ConfigMap, which are ConfigMaps and a Deployment, on an API server. */
class ChildrenTest {

    private EmbeddedApi api;
    private KubernetesClient client;
    private ConfigMap owner;

    @BeforeEach
    void start() throws IOException {
        api = EmbeddedApi.start(0);
        client = EmbeddedClient.of(api);
        owner = configMap("owner");
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    @Test
    void aChildHasNameNamespaceLabelAndController() {
        apply(List.of(named("a")));

        assertThat(get("owner-a").getMetadata().getNamespace()).isEqualTo("default");
        assertThat(get("owner-a").getMetadata().getLabels())
                .isEqualTo(Map.of("app.kubernetes.io/managed-by", "elastic-jupyter"));
        assertThat(get("owner-a").getMetadata().getOwnerReferences()).singleElement()
                .extracting(OwnerReference::getName, OwnerReference::getUid, OwnerReference::getController)
                .containsExactly("owner", owner.getMetadata().getUid(), true);
    }

    @Test
    void resultsAreInTheOrderOfDeclaration() {
        Children<ConfigMap> first = apply(List.of(named("c").afterOthers(), named("a"), named("b")));
        assertThat(first.results()).extracting(ChildResult::name, ChildResult::change).containsExactly(
                tuple("owner-c", Operation.CREATED), tuple("owner-a", Operation.CREATED),
                tuple("owner-b", Operation.CREATED));

        assertThat(apply(List.of(named("a"), named("b"))).results()).extracting(ChildResult::change)
                .containsOnly(Operation.UNCHANGED);
    }

    @Test
    void aChildThatIsNoLongerWantedIsDeleted() {
        apply(List.of(named("a"), named("b")));

        assertThat(apply(List.of(named("a").when(anybody -> false), named("b"))).results())
                .extracting(ChildResult::name, ChildResult::change).containsExactly(
                        tuple("owner-a", Operation.DELETED), tuple("owner-b", Operation.UNCHANGED));
        assertThat(get("owner-a")).isNull();
        assertThat(apply(List.of(named("a").when(anybody -> false), named("b"))).results())
                .extracting(ChildResult::name)
                .containsExactly("owner-b");
    }

    @Test
    void anObjectOfAnotherOwnerIsNeitherDeletedNorAConflictForAnUnwantedChild() {
        configMap("owner-a");

        assertThat(apply(List.of(named("a").when(anybody -> false))).results()).isEmpty();
        assertThat(get("owner-a")).isNotNull();
    }

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

    @Test
    void independentReadsAndAppliesRunConcurrently() {
        meet("GET");
        meet("PATCH");

        assertThat(apply(List.of(named("a"), named("b"))).results()).extracting(ChildResult::change)
                .containsOnly(Operation.CREATED);
    }

    /** Two requests with this method succeed only if each is sent before the response to the other. */
    private void meet(String method) {
        CyclicBarrier both = new CyclicBarrier(2);
        api.failNext(request -> {
            if (request.method().equals(method) && request.path().matches(".*/owner-[ab]")) {
                try {
                    both.await(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    return true;
                }
            }
            return false;
        }, 500);
    }

    @Test
    void whenOneFailsTheOthersAreAppliedButDependentsAreNot() {
        fail("owner-b", 422);
        Children<ConfigMap> children = read(List.of(named("a"), named("b"), named("c"), named("d").afterOthers()));

        assertThatThrownBy(children::apply).isInstanceOfSatisfying(TerminalException.class,
                e -> assertThat(e.readiness().reason()).isEqualTo("Rejected"));
        assertThat(children.results()).extracting(ChildResult::name).containsExactly("owner-a", "owner-c");
        assertThat(children.observed().beside(owner, ConfigMap.class, "owner-c")).isPresent();
        assertThat(get("owner-d")).isNull();
        assertThat(api.requests()).filteredOn(request -> request.path().endsWith("/owner-b"))
                .extracting(Request::method).containsExactly("GET", "PATCH");
    }

    @Test
    void aRetryableFailureIsThrownBeforeATerminalOne() {
        fail("owner-a", 422);
        fail("owner-b", 503);

        assertThatThrownBy(() -> apply(List.of(named("a"), named("b"))))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(503));
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

    @Test
    void aConflictThatNeverEndsIsLeftToTheSender() {
        apply(List.of(deployment("RollingUpdate")));
        for (int i = 0; i < 10; i++) {
            fail("owner", 409);
        }
        api.clearRequests();

        assertConflict(() -> apply(List.of(child(Deployment.class, (ConfigMap anybody) -> new DeploymentBuilder(
                deployment("RollingUpdate").desired(owner, Observed.of())).editSpec().withReplicas(2).endSpec()
                .build()))));
        assertThat(api.requests()).filteredOn(request -> request.method().equals("PATCH")).hasSize(5);
    }

    @Test
    void aChildThatIsNotWantedIsDeletedAlthoughAnotherFails() {
        apply(List.of(named("a"), named("b")));
        client.resource(new ConfigMapBuilder(get("owner-a")).addToData("k", "other").build()).update();
        fail("owner-a", 422);
        Children<ConfigMap> children = read(List.of(named("a"), named("b").when(anybody -> false)));

        assertThatThrownBy(children::apply).isInstanceOfSatisfying(TerminalException.class,
                e -> assertThat(e.readiness().reason()).isEqualTo("Rejected"));
        assertThat(get("owner-b")).isNull();
        assertThat(children.results()).extracting(ChildResult::name, ChildResult::change)
                .containsExactly(tuple("owner-b", Operation.DELETED));
    }

    @Test
    void aMissingRightToDeleteIsReportedOnTheOwner() {
        apply(List.of(named("b")));
        api.failNext(request -> request.method().equals("DELETE"), 403);

        assertThatThrownBy(() -> apply(List.of(named("b").when(anybody -> false))))
                .isInstanceOfSatisfying(TerminalException.class, e -> {
                    assertThat(e.readiness().reason()).isEqualTo("Forbidden");
                    assertThat(e.readiness().message()).contains("ConfigMap 'owner-b'");
                });
    }

    @Test
    void aChildThatChangedSinceItWasReadIsNotDeleted() {
        apply(List.of(named("b")));
        Children<ConfigMap> children = read(List.of(named("b").when(anybody -> false)));
        client.resource(new ConfigMapBuilder(get("owner-b")).addToData("k", "other").build()).update();

        assertConflict(children::apply);
        assertThat(get("owner-b")).isNotNull();
    }

    @Test
    void aQuotaWithoutRoomIsRetriedAndReported() {
        api.failNext(request -> request.method().equals("PATCH"), 403,
                "configmaps \"owner-a\" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=2, limited: configmaps=2");

        assertThatThrownBy(() -> apply(List.of(named("a")))).isInstanceOfSatisfying(QuotaException.class, e -> {
            assertThat(e.readiness().reason()).isEqualTo("QuotaExceeded");
            assertThat(e.readiness().message()).contains("ConfigMap 'owner-a'", "exceeded quota: few", "delete");
        });
    }

    private static void assertConflict(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KubernetesClientException.class,
                e -> assertThat(e.getCode()).isEqualTo(409));
    }

    private static Child<ConfigMap, ConfigMap> valued(String value) {
        return child(ConfigMap.class, (ConfigMap anybody) -> new ConfigMapBuilder().addToData("k", value).build())
                .named(anybody -> anybody.getMetadata().getName() + "-v");
    }

    @Test
    void aChildThatIsCreatedOnceIsNotBuiltAgain() {
        apply(List.of(named("a").createdOnce()));
        Child<ConfigMap, ConfigMap> refused = child(ConfigMap.class, anybody -> {
            throw new TerminalException("Refused", "not again");
        });

        assertThat(apply(List.of(refused.named(anybody -> "owner-a").createdOnce())).results())
                .extracting(ChildResult::change).containsExactly(Operation.UNCHANGED);
    }

    @Test
    void theLastChildObservesTheOthersAsTheyAreApplied() {
        apply(List.of(named("a"),
                child(ConfigMap.class, (ConfigMap anybody, Observed observed) -> new ConfigMapBuilder()
                        .addToData("uid", observed.beside(owner, ConfigMap.class, "owner-a").orElseThrow().getMetadata()
                                .getUid())
                        .build()).named(anybody -> "owner-last").afterOthers()));

        assertThat(get("owner-last").getData()).containsEntry("uid", get("owner-a").getMetadata().getUid());
    }

    @Test
    void anOwnerIsDeletedWithACompletedChild() {
        Child<ConfigMap, ConfigMap> child = named("a").endsOwner(
                (anybody, lastState) -> lastState.filter(last -> last.getData().containsKey("done")).isPresent());
        apply(List.of(child));
        ConfigMap done = new ConfigMapBuilder(get("owner-a")).addToData("done", "yes").build();

        assertThat(read(List.of(child)).haveEnded(Optional.of(done))).as("the child exists").isFalse();
        client.resource(done).delete();
        assertThat(read(List.of(child)).haveEnded(Optional.empty())).isFalse();
        assertThat(read(List.of(child)).haveEnded(Optional.of(done))).isTrue();
        done.getMetadata().setOwnerReferences(List.of());
        assertThat(read(List.of(child)).haveEnded(Optional.of(done))).as("the child had another owner").isFalse();
    }

    @Test
    void aChildThatDiffersInAnImmutableFieldIsReplacedUnlessTheNewOneIsRejected() {
        apply(List.of(deployment("RollingUpdate")));
        String uid = deployment().getMetadata().getUid();

        api.failNext(request -> request.method().equals("POST"), 422);
        assertThatThrownBy(() -> apply(List.of(deployment("Recreate")))).isInstanceOf(TerminalException.class);
        assertThat(deployment().getMetadata().getUid()).isEqualTo(uid);

        assertThat(apply(List.of(deployment("Recreate"))).results()).extracting(ChildResult::name, ChildResult::change)
                .containsExactly(tuple("owner", Operation.REPLACED));
        assertThat(deployment().getMetadata().getUid()).isNotEqualTo(uid);
        assertThat(client.apps().deployments().inNamespace("default").list().getItems()).hasSize(1);
    }

    private Children<ConfigMap> apply(List<Child<ConfigMap, ?>> declared) {
        Children<ConfigMap> children = read(declared);
        children.apply();
        return children;
    }

    private Children<ConfigMap> read(List<Child<ConfigMap, ?>> declared) {
        Children<ConfigMap> children = new Children<>(client, owner, declared);
        children.read(List.of());
        return children;
    }

    private Children<ConfigMap> unread(List<Child<ConfigMap, ?>> declared) {
        Children<ConfigMap> children = new Children<>(client, owner, declared);
        children.readReferences(List.of());
        return children;
    }

    private static Child<ConfigMap, ConfigMap> named(String suffix) {
        return child(ConfigMap.class, (ConfigMap anybody) -> new ConfigMapBuilder().addToData("k", "v").build())
                .named(anybody -> anybody.getMetadata().getName() + "-" + suffix);
    }

    private static Child<ConfigMap, Deployment> deployment(String strategy) {
        return child(Deployment.class, (ConfigMap anybody) -> new DeploymentBuilder().withNewSpec()
                .withNewStrategy().withType(strategy).endStrategy()
                .withNewSelector().addToMatchLabels("a", "b").endSelector()
                .withNewTemplate().withNewMetadata().addToLabels("a", "b").endMetadata()
                .withNewSpec().addNewContainer().withName("c").withImage("i").endContainer().endSpec().endTemplate()
                .endSpec().build());
    }

    private Deployment deployment() {
        return client.apps().deployments().inNamespace("default").withName("owner").get();
    }

    private void fail(String name, int status) {
        api.failNext(request -> request.method().equals("PATCH") && request.path().endsWith("/" + name), status);
    }

    private ConfigMap configMap(String name) {
        return client.resource(new ConfigMapBuilder().withNewMetadata().withName(name).withNamespace("default")
                .endMetadata().build()).create();
    }

    private ConfigMap get(String name) {
        return client.configMaps().inNamespace("default").withName(name).get();
    }
}
