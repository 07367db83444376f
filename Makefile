# Every command that starts something sets up what it needs first; nothing has to be installed by hand.
# Mọi lệnh tự cài đặt những gì nó cần; không phải cài gì trước.

PYTHON ?= python3
ARGS   ?=
OUT    ?= results
# Tests run on as many processes; 0: in one, as a debugger needs it.
WORKERS ?= auto

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python

# Compiled modules halve every start after the first; they land in .venv and in ignored folders.
unexport PYTHONDONTWRITEBYTECODE
# A package path or home meant for another Python would be found before .venv.
unexport PYTHONPATH
unexport PYTHONHOME

RUNTIME := $(PYTHON) scripts/bootstrap.py runtime
DEV     := $(PYTHON) scripts/bootstrap.py dev
# JupyterLab refuses to run as root unless told; it listens on this machine only, with a token.
# Answers to a moved slider leave at once (sim/planner/prompt_connection.py).
LAB     := $(BIN)/jupyter-lab --ip=127.0.0.1 \
           --ServerApp.kernel_websocket_connection_class=sim.planner.prompt_connection.PromptConnection \
           --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
           $(if $(filter 0,$(shell id -u 2>/dev/null)),--allow-root)

.DEFAULT_GOAL := help
.PHONY: help report planner lab test test-all bench golden frozen docs site lint lock clean

help: ## liệt kê các lệnh · list the commands
	@echo "coopsim — mô phỏng kịch bản hỗ trợ HTX · scenarios for support to cooperatives"
	@echo
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS='|' read -r command what; do printf '%-16s %s\n' "$$command" "$$what"; done
	@echo
	@echo '  make report ARGS="market-first --lang en"    thêm tham số · pass arguments on'

report: ## báo cáo mọi kịch bản → results/index.html · report on every scenario
	@$(RUNTIME)
	@$(BIN)/coopsim report -o $(OUT) $(ARGS)

planner: ## mở bảng thử phương án trong trình duyệt · open the interactive planner
	@$(RUNTIME)
	@$(BIN)/coopsim planner $(ARGS)

lab: ## mở các sổ tính trong JupyterLab · open the notebooks in JupyterLab
	@$(RUNTIME)
	@$(LAB) notebooks/00_start_here.ipynb $(ARGS)

test: ## chạy các kiểm thử (trừ loại chậm) · run the tests, all but the slow ones
	@$(DEV)
	@browser="$$($(PY) scripts/browser.py)" && COOPSIM_CHROMIUM="$$browser" $(PY) -m pytest -q -n $(WORKERS) -m "not slow" $(ARGS)

test-all: ## chạy mọi kiểm thử · run every test
	@$(DEV)
	@browser="$$($(PY) scripts/browser.py)" && COOPSIM_CHROMIUM="$$browser" $(PY) -m pytest -q -n $(WORKERS) $(ARGS)

bench: ## đo tốc độ so với các cách khác · time the model against its peers
	@$(DEV)
	@$(PY) -m benchmarks $(ARGS)

golden: ## ghi lại các số công bố (kèm dòng trong CHANGELOG) · rewrite the published figures
	@$(DEV)
	@$(PY) -m tests.golden.rewrite $(ARGS)

frozen: ## so mọi trang, tệp, câu trả lời với bản lưu (ARGS=write: lưu lại) · compare every output with the frozen one
	@$(DEV)
	@browser="$$($(PY) scripts/browser.py)" && COOPSIM_CHROMIUM="$$browser" $(PY) -m tests.frozen $(ARGS)

docs: ## tạo lại các trang tài liệu sinh tự động · regenerate the generated pages
	@$(DEV)
	@$(PY) scripts/docs.py $(ARGS)

site: ## dựng trang tài liệu đọc không cần mạng → .cache/site · build guide, tutorials, API as an offline site
	@$(DEV)
	@$(PY) scripts/handbook.py $(ARGS)

lint: ## kiểm tra mã nguồn · ruff, mypy and the import contract
	@$(DEV)
	@$(BIN)/ruff check sim tests scripts benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: ## chốt lại phiên bản thư viện (UPGRADE=1: bản mới nhất) · resolve the locks again
	@$(RUNTIME)
	@$(PYTHON) scripts/bootstrap.py lock $(if $(UPGRADE),--upgrade)

clean: ## xóa những gì đã cài và tạo tạm; giữ lại results/ · remove what was set up; keeps results/
	@echo "coopsim: removing .venv, .cache and compiled files; results stay"
	@rm -rf .venv .venv-peers .cache .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	@find sim tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
