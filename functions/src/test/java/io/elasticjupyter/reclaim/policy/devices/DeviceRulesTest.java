package io.elasticjupyter.reclaim.policy.devices;

import static io.elasticjupyter.reclaim.policy.devices.Devices.NOW;
import static io.elasticjupyter.reclaim.policy.devices.Devices.allocated;
import static io.elasticjupyter.reclaim.policy.devices.Devices.claim;
import static io.elasticjupyter.reclaim.policy.devices.Devices.device;
import static io.elasticjupyter.reclaim.policy.devices.Devices.victims;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceRulesTest {

    private static final String LARGE = "device.attributes['gpu.example.com'].model == 'large'";

    /** One node with two devices, a kernel on each. */
    private static Devices twoKernels() {
        return new Devices().node("a", "large", "large").kernel("recent", "a", 100, "", "d0")
                .kernel("idlest", "a", 900, "", "d1");
    }

    @Test
    void theIdlestKernelGivesItsDevice() {
        ReclaimDecision decision = twoKernels().waits("training", "", 1).decision();

        assertThat(decision.message()).isEqualTo("a kernel that was idle for 900 s must go from node a, where 1 "
                + "gpu.deviceclass.resource.k8s.io/devices are missing");
        assertThat(victims(decision)).containsExactly("idlest");
    }

    @Test
    void aClaimForSeveralDevicesGetsThoseOfSeveralKernels() {
        assertThat(victims(twoKernels().waits("training", "", 2).decision())).containsExactly("idlest", "recent");
        assertThat(twoKernels().waits("training", "", 3).decision().reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(twoKernels().busy("recent").waits("training", "", 2).decision().reason())
                .isEqualTo(Reason.NOT_ENOUGH_IDLE);
    }

    @Test
    void aPodWithSeveralClaimsNeedsTheDevicesOfAll() {
        assertThat(victims(twoKernels().waits("training", 100, true, claim("one", "", 1).build(),
                claim("two", "", 1).build()).decision())).containsExactly("idlest", "recent");
    }

    @Test
    void aDeviceThatEqualsOneOfAnEqualRequestIsKnownToSatisfyIt() {
        // The device of the busy kernel shows that a large one satisfies the selector.
        Devices devices = new Devices().node("a", "large").node("b", "large", "small")
                .kernel("busy", "a", 900, LARGE, "d0").busy("busy").kernel("large", "b", 100, "", "d0")
                .kernel("small", "b", 900, "", "d1");

        assertThat(victims(devices.waits("training", LARGE, 1).decision())).containsExactly("large");
    }

    @Test
    void aFreeDeviceIsCounted() {
        assertThat(new Devices().node("a", "large", "large").kernel("idle", "a", 900, "", "d1")
                .waits("training", "", 1).decision().reason()).isEqualTo(Reason.FITS);
        assertThat(victims(new Devices().node("a", "large", "large").kernel("idle", "a", 900, "", "d1")
                .waits("training", "", 2).decision())).containsExactly("idle");
    }

    @Test
    void aDeviceWhosePodIsGoneWillSoonBeFree() {
        Devices devices = new Devices().node("a", "large").claim(allocated(claim("ended", "", 1), "a", "d0")
                .editStatus().addNewReservedFor().withResource("pods").withName("ended").endReservedFor().endStatus()
                .build());

        assertThat(devices.waits("training", "", 1).decision().reason()).isEqualTo(Reason.FITS);
    }

    @Test
    void aDeviceOfAPodThatIsBeingBoundIsTaken() {
        ResourceClaim binding = allocated(claim("ahead", "", 1), "a", "d0").editStatus().addNewReservedFor()
                .withResource("pods").withName("ahead").endReservedFor().endStatus().build();
        Devices devices = new Devices().node("a", "large", "large").kernel("idle", "a", 900, "", "d1")
                .waits("ahead", 50, false, binding).waits("training", "", 1);

        assertThat(victims(devices.decision())).containsExactly("idle");
    }

    @Test
    void aSharedClaimStaysWithItsOtherPods() {
        ResourceClaim shared = allocated(claim("shared", "", 1), "a", "d0").editStatus().addNewReservedFor()
                .withResource("pods").withName("one").endReservedFor().addNewReservedFor().withResource("pods")
                .withName("two").endReservedFor().endStatus().build();
        Devices devices = new Devices().node("a", "large").pod("one", "a").idle("one", 900).pod("two", "a")
                .idle("two", 900).claim(shared);

        assertThat(devices.waits("training", "", 1).decision().message()).isEqualTo("the pod has a ResourceClaim for "
                + "devices of the DeviceClass gpu, all of which are shared, partitions, tainted, or not of one node, "
                + "which reclaim does not evaluate; no kernel is culled for it");
    }

    @Test
    void anotherSelectorIsNotEvaluated() {
        ReclaimDecision decision = twoKernels().waits("training", LARGE, 1).decision();

        assertThat(decision.reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
        assertThat(decision.message()).isEqualTo("the pod has a ResourceClaim for devices of the DeviceClass gpu with "
                + "the same selectors, of which no pod has any, which reclaim does not evaluate; no kernel is culled "
                + "for it");
    }

    @Test
    void aDeviceThatWasAllocatedBeforeItsClassChangedShowsNothing() {
        assertThat(twoKernels().deviceClass("gpu", NOW.minusSeconds(60)).waits("training", "", 1).decision().reason())
                .isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
    }

    @Test
    void anotherRequestAheadMayTakeTheDevice() {
        ReclaimDecision decision = twoKernels().waits("ahead", 200, false, claim("ahead", LARGE, 1).build())
                .waits("training", "", 1).decision();

        assertThat(decision.message())
                .isEqualTo("the pod has a ResourceClaim for devices that pod default/ahead, which "
                        + "waits ahead of it with another ResourceClaim, may take, which reclaim does not evaluate; no kernel "
                        + "is culled for it");
        assertThat(victims(twoKernels().waits("training", "", 1)
                .waits("behind", 50, false, claim("behind", LARGE, 1).build()).decision())).containsExactly("idlest");
    }

    @Test
    void anEqualRequestAheadTakesTheDeviceFirst() {
        Devices devices = twoKernels().busy("recent").waits("ahead", 200, false, claim("ahead", "", 1).build())
                .waits("training", "", 1);

        assertThat(devices.decision().reason()).isEqualTo(Reason.ANOTHER_POD_FIRST);
    }

    @Test
    void twoPodsDoNotCountOnTheSameDevice() {
        List<ReclaimDecision> decisions = twoKernels().busy("recent").waits("one", "", 1).waits("two", "", 1).decide();

        assertThat(victims(decisions.get(0))).containsExactly("idlest");
        assertThat(decisions.get(1).reason()).isEqualTo(Reason.NOT_ENOUGH_IDLE);
    }

    private record Case(String phrase,
            Consumer<io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder> change) {

        @Override
        public String toString() {
            return phrase;
        }
    }

    static List<Case> claimsThatAreNotEvaluated() {
        return List.of(
                new Case("a ResourceClaim with constraints", claim -> claim.editSpec().editDevices().addNewConstraint()
                        .withMatchAttribute("gpu.example.com/numa").endConstraint().endDevices().endSpec()),
                new Case("a ResourceClaim with adminAccess", claim -> claim.editSpec().editDevices().editFirstRequest()
                        .editExactly().withAdminAccess(true).endExactly().endRequest().endDevices().endSpec()),
                new Case("a ResourceClaim with the allocationMode All", claim -> claim.editSpec().editDevices()
                        .editFirstRequest().editExactly().withAllocationMode("All").endExactly().endRequest()
                        .endDevices().endSpec()),
                new Case("a ResourceClaim for a part of the capacity of a device", claim -> claim.editSpec()
                        .editDevices().editFirstRequest().editExactly().withNewCapacity().endCapacity().endExactly()
                        .endRequest().endDevices().endSpec()),
                new Case("a ResourceClaim with firstAvailable", claim -> claim.editSpec().editDevices()
                        .editFirstRequest().withExactly(null).addNewFirstAvailable().withName("one")
                        .withDeviceClassName("gpu").endFirstAvailable().endRequest().endDevices().endSpec()),
                new Case("ResourceClaims for devices of several DeviceClasses or selectors", claim -> claim.editSpec()
                        .editDevices().addNewRequest().withName("other").withNewExactly().withDeviceClassName("nic")
                        .endExactly().endRequest().endDevices().endSpec()),
                new Case("a ResourceClaim that has devices already", claim -> allocated(claim, "a", "d0")),
                new Case("a ResourceClaim that does not exist yet", claim -> claim.editMetadata()
                        .withDeletionTimestamp(NOW.toString()).endMetadata()));
    }

    @ParameterizedTest
    @MethodSource("claimsThatAreNotEvaluated")
    void nothingIsCulledForAClaimThatIsNotEvaluated(Case each) {
        var claim = claim("training", "", 1);
        each.change().accept(claim);
        ReclaimDecision decision = twoKernels().waits("training", 100, true, claim.build()).decision();

        assertThat(decision.reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
        assertThat(decision.message()).isEqualTo("the pod has " + each.phrase()
                + ", which reclaim does not evaluate; no kernel is culled for it");
    }

    @Test
    void nothingIsCulledForAClaimThatSeveralPodsWaitFor() {
        ResourceClaim shared = claim("shared", "", 1).build();

        assertThat(twoKernels().waits("one", 100, true, shared).waits("two", 100, true, shared).decision().message())
                .contains("a ResourceClaim that other pods share");
    }

    static List<DeviceBuilder> devicesThatAreNotCounted() {
        return List.of(
                device("d1", "large").addNewTaint().withKey("x").withEffect("NoSchedule").endTaint(),
                device("d1", "large").withAllowMultipleAllocations(true),
                device("d1", "large").addNewConsumesCounter().withCounterSet("x").endConsumesCounter(),
                device("d1", "large").withBindingConditions("ready"));
    }

    @ParameterizedTest
    @MethodSource("devicesThatAreNotCounted")
    void nothingIsCulledForADeviceThatIsNotWhole(DeviceBuilder other) {
        Devices devices = new Devices().node("a", List.of(device("d0", "large").build(), other.build()))
                .kernel("busy", "a", 900, "", "d0").busy("busy").kernel("idle", "a", 900, "", "d1");

        assertThat(devices.waits("training", "", 1).decision().reason()).isEqualTo(Reason.NOT_ENOUGH_IDLE);
    }

    @Test
    void aPoolThatIsNotCompleteIsIgnored() {
        Devices devices = twoKernels().slice(new ResourceSliceBuilder().withNewMetadata().withName("a2").endMetadata()
                .withNewSpec().withDriver(Devices.DRIVER).withNodeName("a").withNewPool().withName("a")
                .withGeneration(2L).withResourceSliceCount(2L).endPool().withDevices(device("d0", "large").build())
                .endSpec().build());

        assertThat(devices.waits("training", "", 1).decision().reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
    }

    @Test
    void devicesOfAnotherDriverAreOtherDevices() {
        ResourceClaim nic = claim("nic", "", 1).editSpec().editDevices().editFirstRequest().editExactly()
                .withDeviceClassName("nic").endExactly().endRequest().endDevices().endSpec().build();
        ResourceClaim other = allocated(claim("other", "", 1).editSpec().editDevices().editFirstRequest().editExactly()
                .withDeviceClassName("nic").endExactly().endRequest().endDevices().endSpec(), "a", "n0").editStatus()
                .editAllocation().editDevices().editFirstResult().withDriver("nic.example.com").endResult().endDevices()
                .endAllocation().addNewReservedFor().withResource("pods").withName("recent").endReservedFor()
                .endStatus().build();
        Devices devices = twoKernels().deviceClass("nic", NOW.minusSeconds(86_400)).claim(other)
                .slice(new ResourceSliceBuilder().withNewMetadata().withName("nic").endMetadata().withNewSpec()
                        .withDriver("nic.example.com").withNodeName("a").withNewPool().withName("a").withGeneration(1L)
                        .withResourceSliceCount(1L).endPool().withDevices(device("n0", "fast").build()).endSpec()
                        .build())
                .waits("ahead", 200, false, nic).waits("training", "", 1);

        assertThat(victims(devices.decision())).containsExactly("idlest");
    }
}
