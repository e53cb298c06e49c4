package io.embeddedkubernetes.resource;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An amount of a resource such as {@code 500m} or {@code 2Gi}, as Go's {@code resource.Quantity}. */
public record ResourceQuantity(BigDecimal amount, Format format) {

    public static final String EXPRESSION = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";

    private static final Pattern PATTERN = Pattern.compile(EXPRESSION);
    private static final List<String> BINARY = List.of("Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final int FIRST_EXPONENT = -9;
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    public enum Format {
        DECIMAL, BINARY, EXPONENT
    }

    public static Optional<ResourceQuantity> parse(String text) {
        var matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            var number = new BigDecimal(matcher.group(1));
            var suffix = matcher.group(2);
            if (BINARY.contains(suffix)) {
                return Optional.of(new ResourceQuantity(number.multiply(KIBI.pow(BINARY.indexOf(suffix) + 1)),
                        Format.BINARY));
            }
            if (DECIMAL.contains(suffix)) {
                return Optional.of(new ResourceQuantity(
                        number.scaleByPowerOfTen(FIRST_EXPONENT + 3 * DECIMAL.indexOf(suffix)), Format.DECIMAL));
            }
            return suffix.matches("[eE][-+]?[0-9]+")
                    ? Optional.of(new ResourceQuantity(number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1))),
                            Format.EXPONENT))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    public boolean isNegative() {
        return amount.signum() < 0;
    }

    public boolean isWhole() {
        return amount.stripTrailingZeros().scale() <= 0;
    }

    /** The one spelling in which a server returns an amount. */
    public String canonical() {
        if (amount.signum() == 0) {
            return "0";
        }
        if (format == Format.BINARY && amount.abs().compareTo(KIBI) >= 0) {
            var rest = amount.setScale(0, RoundingMode.UP);
            var power = 0;
            while (power < BINARY.size() && rest.remainder(KIBI).signum() == 0) {
                rest = rest.divide(KIBI);
                power++;
            }
            return rest.toPlainString() + (power == 0 ? "" : BINARY.get(power - 1));
        }
        var rest = amount.setScale(Math.max(0, Math.min(-FIRST_EXPONENT, amount.scale())), RoundingMode.UP);
        var digits = rest.stripTrailingZeros();
        var exponent = Math.min(Math.floorDiv(-digits.scale(), 3) * 3, 18);
        var number = digits.scaleByPowerOfTen(-exponent).toPlainString();
        if (format == Format.EXPONENT) {
            return number + (exponent == 0 ? "" : "e" + exponent);
        }
        return number + DECIMAL.get((exponent - FIRST_EXPONENT) / 3);
    }
}
