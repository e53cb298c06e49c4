package io.embeddedkubernetes.schema;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import io.embeddedkubernetes.resource.ResourceQuantity;
import java.math.BigDecimal;
import java.util.List;

/** The functions of <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library">Kubernetes' library</a> that compare quantities. */
final class CelQuantities {

    private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");

    static final List<CelFunctionDecl> DECLARATIONS = List.of(
            CelFunctionDecl.newFunctionDeclaration("isQuantity",
                    CelOverloadDecl.newGlobalOverload("is_quantity_string", SimpleType.BOOL, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration("quantity",
                    CelOverloadDecl.newGlobalOverload("string_to_quantity", QUANTITY, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration("isLessThan",
                    CelOverloadDecl.newMemberOverload("quantity_is_less_than", SimpleType.BOOL, QUANTITY, QUANTITY)),
            CelFunctionDecl.newFunctionDeclaration("isGreaterThan",
                    CelOverloadDecl.newMemberOverload("quantity_is_greater_than", SimpleType.BOOL, QUANTITY, QUANTITY)),
            CelFunctionDecl.newFunctionDeclaration("compareTo",
                    CelOverloadDecl.newMemberOverload("quantity_compare_to", SimpleType.INT, QUANTITY, QUANTITY)));

    static final List<CelFunctionBinding> BINDINGS = List.of(
            CelFunctionBinding.from("is_quantity_string", String.class,
                    text -> ResourceQuantity.parse(text).isPresent()),
            CelFunctionBinding.from("string_to_quantity", String.class, CelQuantities::amount),
            CelFunctionBinding.from("quantity_is_less_than", BigDecimal.class, BigDecimal.class,
                    (one, other) -> one.compareTo(other) < 0),
            CelFunctionBinding.from("quantity_is_greater_than", BigDecimal.class, BigDecimal.class,
                    (one, other) -> one.compareTo(other) > 0),
            CelFunctionBinding.from("quantity_compare_to", BigDecimal.class, BigDecimal.class,
                    (one, other) -> (long) one.compareTo(other)));

    private CelQuantities() {}

    private static BigDecimal amount(String text) {
        return ResourceQuantity.parse(text).map(ResourceQuantity::amount)
                .orElseThrow(() -> new IllegalArgumentException("quantities must match the regular expression '"
                        + ResourceQuantity.EXPRESSION + "'"));
    }
}
