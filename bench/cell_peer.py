"""The symmetric half cycle of bench_cell.c in PyBaMM with IDAKLU: equal equations, 50 cells.

Needs `pip install pybamm`. Prints the time of one half cycle (1 mA/cm2 for 1 h, a row a minute),
set-up and compilation left out, best of several, and the voltage at its end.
"""

import sys
import time

import numpy as np

try:
    import pybamm
except ImportError:
    sys.exit("PyBaMM is not installed; left out")

L, EPS, T, C0, TPLUS, J0 = 100e-6, 0.45, 298.15, 1000.0, 0.38, 10.0
F, R = 96485.33212, 8.314462618
D_EFF, KAPPA_EFF = 2.5e-10 * EPS**1.5, EPS**1.5


def build_model():
    model = pybamm.BaseModel()
    c = pybamm.Variable("c", domain="separator")
    q = pybamm.Variable("q")
    i = pybamm.InputParameter("i")
    slope = (1 - TPLUS) * i / (F * D_EFF)
    model.rhs = {c: D_EFF / EPS * pybamm.div(pybamm.grad(c)), q: i}
    model.boundary_conditions = {c: {"left": (-slope, "Neumann"), "right": (-slope, "Neumann")}}
    model.initial_conditions = {c: pybamm.Scalar(C0), q: pybamm.Scalar(0)}
    left, right = pybamm.boundary_value(c, "left"), pybamm.boundary_value(c, "right")
    vt = R * T / F
    eta = 2 * vt * (
        pybamm.arcsinh(i / (2 * J0 * (left / C0) ** 0.5))
        + pybamm.arcsinh(i / (2 * J0 * (right / C0) ** 0.5))
    )
    voltage = eta + i * L / KAPPA_EFF + 2 * vt * (1 - TPLUS) * pybamm.log(left / right)
    model.variables = {"V": voltage, "c": c}
    return model


def main():
    x = pybamm.SpatialVariable("x", domain=["separator"], coord_sys="cartesian")
    geometry = {"separator": {x: {"min": pybamm.Scalar(0), "max": pybamm.Scalar(L)}}}
    t_rows = np.linspace(0, 3600, 61)
    for rtol, atol in ((1e-4, 1e-6), (1e-6, 1e-6)):
        model = build_model()
        mesh = pybamm.Mesh(geometry, {"separator": pybamm.Uniform1DSubMesh}, {x: 50})
        pybamm.Discretisation(mesh, {"separator": pybamm.FiniteVolume()}).process_model(model)
        solver = pybamm.IDAKLUSolver(rtol=rtol, atol=atol)
        best = np.inf
        for sign in (1, -1) * 20:
            start = time.perf_counter()
            solution = solver.solve(
                model, [0, 3600], t_interp=t_rows, inputs={"i": 10.0 * sign}
            )
            best = min(best, time.perf_counter() - start)
        inner = solution.integration_time.value
        print(
            f"PyBaMM {pybamm.__version__}, IDAKLU, rtol {rtol:g}: {best * 1e3:.2f} ms per half "
            f"cycle ({inner * 1e3:.2f} ms in the last integration), V = {solution['V'].entries[-1]:.9f}"
        )


if __name__ == "__main__":
    main()
