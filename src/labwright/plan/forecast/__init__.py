"""Plans of forecasts: the next values of one or several series."""

from labwright.plan.forecast.planning import find_forecast, plan_forecast

__all__ = ["find_forecast", "plan_forecast"]
