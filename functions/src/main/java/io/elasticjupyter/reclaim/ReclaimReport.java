package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.ReclaimableKernel;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.Wording;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reports what was done for a pod that waits.
 *
 * @param decision the decision
 * @param culled the kernels that were culled
 * @param wording what the message calls the place
 * @param now the current time
 */
record ReclaimReport(ReclaimDecision decision, List<ReclaimableKernel> culled, Wording wording, Instant now) {

    /** Kernels in the message of an Event, which has at most 1024 characters. */
    private static final int MOST_NAMED = 8;

    /** Returns the message for a pod whose kernels were all culled. */
    String complete() {
        String kernels = culled.size() == 1
                ? "1 idle kernel was deleted"
                : culled.size() + " idle kernels were deleted";
        String more = culled.size() > MOST_NAMED ? ", and " + (culled.size() - MOST_NAMED) + " more" : "";
        return kernels + " to free" + amounts() + " " + wording.at(decision.node().orElseThrow()) + ": "
                + culled.stream().limit(MOST_NAMED)
                        .map(each -> each.namespace() + "/" + each.pod() + " (idle for " + text(idle(each)) + ")")
                        .collect(Collectors.joining(", "))
                + more + ".";
    }

    /** Returns the message for a pod of whose kernels some remain. */
    String incomplete(List<ReclaimableKernel> left) {
        return culled.size() + " of " + decision.victims().size() + " idle kernels "
                + wording.at(decision.node().orElseThrow())
                + " were deleted. The others were used again, or their gateways did not delete them: "
                + left.stream().limit(MOST_NAMED).map(each -> each.namespace() + "/" + each.pod()).sorted()
                        .collect(Collectors.joining(", "))
                + ".";
    }

    /** Returns the message for a pod for which no kernel is culled. */
    String nothing() {
        return sentence(decision.message());
    }

    /** Returns the message of a decision as a sentence. */
    static String sentence(String message) {
        return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
    }

    /** @param complete whether all chosen kernels were deleted */
    ReclaimResult result(boolean complete) {
        return new ReclaimResult(decision.pod().name().namespace(), decision.pod().name().name(),
                decision.reason().word(), decision.message(), decision.node().orElse(null),
                culled.stream().map(each -> new ReclaimResult.Culled(each.namespace(), each.gatewayName(), each.pod(),
                        idle(each).toSeconds())).toList(),
                requests(), complete);
    }

    private String amounts() {
        Map<String, Quantity> requests = requests();
        return requests.isEmpty() ? " a place" : " " + ResourceAmounts.text(requests);
    }

    private Map<String, Quantity> requests() {
        return ResourceAmounts.sum(culled.stream().map(ReclaimableKernel::requests));
    }

    private Duration idle(ReclaimableKernel kernel) {
        return kernel.activity().map(KernelActivity::lastActivity).filter(last -> last.isBefore(now))
                .map(last -> Duration.between(last, now)).orElse(Duration.ZERO);
    }

    private static String text(Duration idle) {
        return idle.toMinutes() < 2 ? idle.toSeconds() + " s" : idle.toMinutes() + " min";
    }
}
