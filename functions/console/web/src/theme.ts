import { createTheme, type CSSVariablesResolver } from "@mantine/core";

/** Calm and dense: one accent, small radii, text sizes of a desk that is looked at all day. */
export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 9,
  autoContrast: true,
  defaultRadius: "md",
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji"',
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  focusRing: "auto",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  components: {
    Tooltip: {
      defaultProps: { openDelay: 350, withArrow: true, events: { hover: true, focus: true, touch: true } },
    },
    Badge: { defaultProps: { tt: "none" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    // The page does not scroll, its parts do; and locking it would take a style element the policy forbids.
    Modal: { defaultProps: { centered: true, lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
    SpotlightRoot: { defaultProps: { lockScroll: false } },
    Menu: { defaultProps: { shadow: "md" } },
  },
});

/**
 * Where the default colours miss WCAG AA on the surfaces we put them on, these reach 4.5:1: dimmed and error texts, and the text
 * of light badges of the bright hues.
 */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5b6570",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-placeholder": "#68727d",
    "--mantine-color-yellow-light-color": "#7a4f01",
    "--mantine-color-orange-light-color": "#9a3412",
    "--mantine-color-green-light-color": "#1e6b35",
    "--mantine-color-teal-light-color": "#05664a",
    "--mantine-color-blue-light-color": "#1558a6",
    "--mantine-color-red-light-color": "#b02525",
    "--mantine-color-gray-light-color": "#454d55",
    "--mantine-color-violet-light-color": "#5733c4",
    "--mantine-color-lime-light-color": "#3d6407",
    "--mantine-color-cyan-light-color": "#0a5f6d",
    "--mantine-color-anchor": "#05664a",
    "--mantine-color-orange-text": "#b54708",
    "--mantine-color-yellow-text": "#8a5a00",
  },
  dark: {
    "--mantine-color-dimmed": "#a4acb5",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-placeholder": "#8f98a3",
  },
});
