package io.elasticjupyter.reconcile;

import static io.elasticjupyter.reconcile.Child.child;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.elasticjupyter.reconcile.ChildResult.Operation;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which children are applied, replaced and deleted, and what is reported. */
class ChildrenTest extends ChildrenOnAnApi {

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
    void independentReadsAndAppliesRunConcurrently() {
        meet("GET");
        meet("PATCH");

        assertThat(apply(List.of(named("a"), named("b"))).results()).extracting(ChildResult::change)
                .containsOnly(Operation.CREATED);
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
    void aQuotaWithoutRoomIsRetriedAndReported() {
        api.failNext(request -> request.method().equals("PATCH"), 403,
                "configmaps \"owner-a\" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=2, limited: configmaps=2");

        assertThatThrownBy(() -> apply(List.of(named("a")))).isInstanceOfSatisfying(QuotaException.class, e -> {
            assertThat(e.readiness().reason()).isEqualTo("QuotaExceeded");
            assertThat(e.readiness().message()).contains("ConfigMap 'owner-a'", "exceeded quota: few", "delete");
        });
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
    void anOwnerEndsWithAChildThatItHad() {
        Readiness ended = Readiness.waiting("Ended", "It has ended.");
        Child<ConfigMap, ConfigMap> child = named("a").endsOwner(anybody -> Optional.of(ended));
        apply(List.of(child));

        assertThat(read(List.of(child)).end()).as("the child exists").isEmpty();
        ConfigMap ofAnother = get("owner-a");
        client.resource(ofAnother).delete();
        assertThat(read(List.of(child)).end()).contains(ended);
        assertThat(read(List.of(named("a").endsOwner(anybody -> Optional.empty()))).end()).as("it had no child")
                .isEmpty();

        ofAnother.getMetadata().setOwnerReferences(List.of());
        ofAnother.getMetadata().setResourceVersion(null);
        client.resource(ofAnother).create();
        assertThat(read(List.of(child)).end()).as("the child has another owner").contains(ended);
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
}
